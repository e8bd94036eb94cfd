import { z } from "zod";
import { addressSchema } from "./address.ts";

const port = z.number().int().min(1).max(65_535);
const pattern = /^(?:http:\/\/)?(?:\[([^\]]+)\]|([^:/@\s]+)):(\d{1,5})\/?$/;

/**
 * The proxy through which a server reaches the internet, as `https_proxy` has it or as address and port. A login is not
 * wanted: nothing is asked that needs one. The connection to the proxy itself is plain HTTP.
 */
export const proxySchema = z
  .union(
    [
      z.string().transform((text, context) => {
        const [, bracketed, plain, digits] = pattern.exec(text) ?? [];
        if (digits !== undefined) return { address: bracketed ?? plain ?? "", port: Number(digits) };
        const message = `expected http://HOST:PORT, without a login, or { address, port }`;
        context.addIssue({ code: "custom", message });
        return z.NEVER;
      }),
      z.strictObject({ address: z.string(), port }),
    ],
    { error: "expected http://HOST:PORT or { address, port }" },
  )
  .pipe(z.strictObject({ address: addressSchema, port }));
