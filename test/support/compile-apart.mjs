// The process of `compileApart`: compiles the contract in the folder it is given and sends the artifact.
import { compileContract } from '@weft/sdk/compiler/compile';

const artifact = await compileContract({ entry: process.argv[2] });
process.send(artifact, () => process.disconnect());
