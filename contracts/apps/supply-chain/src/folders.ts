// Where things lie, whether this runs from source or built.

/** Of this package. */
export const packageFolder = (): URL => new URL('./', import.meta.resolve('@weft/contracts/package.json'));

/** Of the application's source. */
export const applicationFolder = (): URL => new URL('apps/supply-chain/', packageFolder());
