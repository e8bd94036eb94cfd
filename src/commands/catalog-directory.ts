import { fileURLToPath } from "node:url";

/** Where the catalogs lie: beside `src/` in a checkout, beside `dist/` in a package. */
export const catalogDirectory = fileURLToPath(new URL("../../catalog/", import.meta.url));
