// The seed of a random test: printed always, taken from WEFT_SEED to repeat a run.
export function propertySeed(name: string): number {
  const given = process.env['WEFT_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 0x7fff_ffff) : Number(given);
  console.log(`${name}: WEFT_SEED=${seed}`);
  return seed;
}
