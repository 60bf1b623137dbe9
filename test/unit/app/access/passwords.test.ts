import { describe, expect, it } from 'vitest';
import { checkPassword, hashPassword } from '../../../../src/app/access/passwords/hash-password.ts';
import { requireGoodPassword } from '../../../../src/app/access/passwords/require-password.ts';

const owner = { name: 'anna.berg', email: 'a.berg@example.org' };

describe('a password', () => {
  it.each([
    'purple lamp under seven',
    'vier kleine enten im regen',
    'Zx9!kkLm0Qpw',
    'パスワードではない長い言葉です',
    'a'.repeat(3) + 'unlikely-combination-of-words'.repeat(4).slice(0, 120),
  ])('may be what nobody tries first: %s', (password) => {
    expect(() => requireGoodPassword(password, owner)).not.toThrow();
  });

  it.each([
    ['short', 'at least 12 characters, got 5'],
    ['elevenchars', 'at least 12'],
    ['👍👍👍👍👍👍', 'at least 12 characters, got 6'],
    ['x'.repeat(129), 'at most 128 characters, got 129'],
    ['tab\tin the middle of it', 'cannot be typed'],
    ['nul\0in the middle of it', 'cannot be typed'],
    ['half \ud800 a character in it', 'cannot be typed'],
    ['anna.berg2026', 'something else than the name'],
    ['ANNA.BERGanna.berg', 'something else than the name'],
    ['a.berg@example.org', 'something else than the name'],
    ['password1234', 'tried first'],
    ['P4$$w0rd2026!', 'tried first'],
    ['Welcome12345!', 'tried first'],
    ['passwordpassword', 'tried first'],
    ['123456789012', 'tried first'],
    ['qwertyuiopas', 'tried first'],
    ['lkjhgfdsapoi', 'tried first'],
    ['aaaaaaaaaaaa', 'tried first'],
    ['abcabcabcabcab', 'tried first'],
    ['Sommer2026!!!', 'tried first'],
    ['tradelane2026', 'tried first'],
    ['1q2w3e4r5t6y', 'tried first'],
  ])('is refused, without being repeated: %s', (password, why) => {
    expect(() => requireGoodPassword(password, owner)).toThrow(why);
    expect(() => requireGoodPassword(password, owner)).not.toThrow(password);
  });
});

describe('what is kept of a password', () => {
  it('is a hash with its parameters, another each time', async () => {
    const [one, other] = await Promise.all([
      hashPassword('purple lamp under'),
      hashPassword('purple lamp under'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await checkPassword('purple lamp under', one)).toEqual({ isRight: true, isOutdated: false });
    expect(await checkPassword('purple lamp undeR', one)).toEqual({ isRight: false, isOutdated: false });
  });

  it('is compared however its letters were typed', async () => {
    const kept = await hashPassword('caf\u00e9 am langen see');
    expect((await checkPassword('cafe\u0301 am langen see', kept)).isRight).toBe(true);
  });

  it('is right with other parameters, and tells that they are not those of now', async () => {
    // By `argon2` of the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32
    const others = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await checkPassword('password', others)).toEqual({ isRight: true, isOutdated: true });
  });

  it.each([undefined, '', 'plain', '$argon2i$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA'])(
    'lets nobody in where it is none: %s',
    async (kept) => {
      expect((await checkPassword('', kept)).isRight).toBe(false);
      expect((await checkPassword('\0'.repeat(32), kept)).isRight).toBe(false);
    },
  );
});
