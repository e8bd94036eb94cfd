import { expect, it } from "vitest";
import { isLoopback } from "./loopback.ts";

it.each(["127.0.0.1", "127.0.1.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "localhost", "db.localhost"])(
  "%s is the sender itself",
  (target) => expect(isLoopback(target)).toBe(true),
);

it.each(["10.0.0.1", "128.0.0.1", "12.7.0.1", "0.0.0.0", "fd00::1", "fe80::1%eth0", "::", "db01", "localhost.example"])(
  "%s is not",
  (target) => expect(isLoopback(target)).toBe(false),
);
