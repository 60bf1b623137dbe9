/** Words that passwords are made of most often, in lower case. With digits and signs at the ends they stay that. */
const commonWords: ReadonlySet<string> = new Set(
  `password passwort passwords motdepasse contrasena wachtwoord letmein letmeinnow welcome welcometo willkommen
  administrator administrador adminadmin admin root changeme changemenow changeit pleasechangeme default secret
  supersecret topsecret mysecret geheim streng qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfghjkl
  zxcvbnm iloveyou iloveyousomuch loveyou mypassword thepassword yourpassword newpassword oldpassword
  testpassword test testtest testing tester demo demodemo guest user username login logmein access accessdenied
  master superman batman spiderman dragon monkey football baseball basketball sunshine princess shadow michael
  jennifer jessica charlie computer internet liverpool manchester barcelona starwars pokemon pokemonmaster
  tradelane tradelanetradelane middleware integration commerce database postgres postgresql summer sommer winter
  spring autumn herbst fruehling monday montag january januar december dezember company companyname firma
  trustno one whatever nothing freedom forever hello hellohello helloworld hallo halloohallo abc abcabc
  correcthorsebatterystaple thisisapassword thisismypassword opensesame abracadabra mustang ferrari mercedes`
    .split(/\s+/)
    .filter((word) => word.length > 2),
);

/** Rows of keyboards, letters and digits in their order: a piece of these is no secret, forwards or backwards. */
const rows: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  '0123456789012345678901234567890',
  '1234567890123456789012345678901234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'zaq12wsxcde34rfvbgt56yhnmju78ik',
].flatMap((row) => [row, [...row].reverse().join('')]);

/** Is it among those that are tried first? */
export function isCommonPassword(password: string): boolean {
  const plain = password.toLowerCase();
  if (rows.some((row) => row.includes(plain)) || isRepeated(plain)) return true;
  const letters = withoutDisguise(plain);
  return [plain, letters].some((text) => isCommonWord(text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')));
}

/** One word, or the same one again and again. */
function isCommonWord(text: string): boolean {
  const once = /^(.+?)\1*$/su.exec(text)?.[1] ?? text;
  return commonWords.has(text) || commonWords.has(once);
}

/** A piece of up to six letters that comes again and again: `abcabcabcabc`, `aaaaaaaaaaaa`. */
function isRepeated(text: string): boolean {
  return /^(.{1,6}?)\1+.{0,5}$/su.test(text) && new Set(text).size <= 6;
}

/** `p4$$w0rd` → `password`: whoever guesses does the same. */
function withoutDisguise(text: string): string {
  const plain: Readonly<Record<string, string>> = {
    '4': 'a',
    '@': 'a',
    '3': 'e',
    '1': 'i',
    '!': 'i',
    '0': 'o',
    '5': 's',
    $: 's',
    '7': 't',
  };
  // What stands at the end is mostly a year or a sign that was asked for, and no letter in disguise.
  const core = text.replace(/[^\p{L}]+$/u, '');
  return [...core].map((letter) => plain[letter] ?? letter).join('');
}
