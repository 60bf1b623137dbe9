// Generated from schemas/*.schema.json by npm run generate

export const flowDefaults = {
  "trigger": {
    "schedule": {
      "timezone": "UTC",
      "overlap": "skip",
      "catchup": "1h"
    }
  },
  "source": {
    "lookback": "2m"
  },
  "target": {
    "allowDuplicates": false,
    "absent": "keep"
  },
  "delivery": {
    "batch": 100,
    "concurrency": 4,
    "lanes": 8
  },
  "retry": {
    "attempts": 8,
    "delay": "2s",
    "factor": 2,
    "maxDelay": "10m",
    "jitter": true
  },
  "contract": {
    "source": "evolve",
    "target": "freeze"
  },
  "guards": {
    "maxChange": {
      "records": 0
    }
  }
} as const;

export const settingsDefaults = {
  "logLevel": "info",
  "listen": "127.0.0.1:7400",
  "requestsPerMinute": 1200,
  "shutdownTimeout": "30s",
  "lease": "30s",
  "maxBatch": "4MB",
  "maxRecord": "5MB",
  "history": {
    "keep": "changes",
    "maxAge": "30d",
    "maxSize": "5GB"
  },
  "access": {
    "trustedProxies": [],
    "local": true,
    "oidc": {
      "label": "single sign-on",
      "scopes": [
        "openid",
        "profile",
        "email"
      ],
      "name": "preferred_username",
      "roles": {
        "claim": "roles"
      }
    },
    "sessions": {
      "idle": "30m",
      "absolute": "12h"
    },
    "tokens": {
      "lifetime": "90d",
      "maxLifetime": "365d"
    }
  }
} as const;

export const manifestDefaults = {
  "apiVersion": 1,
  "generic": false,
  "auth": {
    "in": "header",
    "clientAuth": "body"
  },
  "timeout": {
    "read": "30s",
    "find": "30s",
    "create": "2m",
    "update": "30s",
    "upsert": "30s",
    "delete": "30s"
  },
  "timezone": "UTC",
  "settle": "5m",
  "maxResponse": "20MB",
  "charset": "utf-8"
} as const;

export const resourceDefaults = {
  "read": {
    "method": "GET",
    "paging": {
      "first": 1,
      "in": "query"
    },
    "cursor": {
      "type": "time",
      "order": "none",
      "default": "none"
    }
  },
  "find": {
    "method": "GET",
    "paging": {
      "first": 1,
      "in": "query"
    },
    "loose": false
  },
  "create": {
    "method": "POST"
  },
  "update": {
    "method": "PATCH"
  },
  "upsert": {
    "method": "PUT"
  },
  "delete": {
    "method": "DELETE"
  }
} as const;
