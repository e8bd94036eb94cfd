import { expect, it } from "vitest";
import { readErrno } from "./errno.ts";

it.each([
  ["ECONNRESET", "open"],
  ["ECONNREFUSED", "refused"],
  ["EACCES", "prohibited"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENOPROTOOPT", "unreachable"],
  ["ETIMEDOUT", "silent"],
])("%s is %s", (errno, kind) => {
  expect(readErrno(errno).kind).toBe(kind);
});

it.each([
  ["EMFILE", "descriptors"],
  ["ENFILE", "descriptors"],
  ["ENOBUFS", "descriptors"],
  ["EADDRNOTAVAIL", "source-ports"],
  ["EPERM", "local-firewall"],
  ["EINVAL", "internal"],
  ["ESOMETHING", "internal"],
  ["toString", "internal"],
])("%s is this side's: unsent, %s", (errno, cause) => {
  expect(readErrno(errno)).toMatchObject({ kind: "unsent", cause });
});
