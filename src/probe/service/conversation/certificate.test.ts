import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ShownCertificate, certificateFacts, isExpired, siteOfIssuer } from "./certificate.ts";

const name = (parts: Record<string, string | string[]>) => parts as unknown as ShownCertificate["subject"];
const shown: ShownCertificate = {
  subject: name({ CN: "main" }),
  issuer: name({ CN: "Site 'main' local CA" }),
  subjectaltname: "DNS:main, IP Address:10.0.0.5",
  valid_from: "Jan  1 00:00:00 2024 GMT",
  valid_to: "Dec 31 23:59:59 9999 GMT",
};

describe("the facts of a certificate", () => {
  it("are its names and dates", () => {
    expect(certificateFacts(shown)).toEqual({
      subject: "main",
      issuer: "Site 'main' local CA",
      altNames: ["DNS:main", "IP Address:10.0.0.5"],
      validFrom: "2024-01-01T00:00:00.000Z",
      validTo: "9999-12-31T23:59:59.000Z",
    });
  });

  it("are the whole name where there is no common one", () => {
    const facts = certificateFacts({ ...shown, issuer: name({ C: "DE", OU: ["one", "two"] }) });
    expect(facts.issuer).toBe("C=DE, OU=one, OU=two");
  });

  it("name the last of several common names", () => {
    expect(certificateFacts({ ...shown, subject: name({ CN: ["first", "last"] }) }).subject).toBe("last");
  });

  it("keep a quoted alternative name in one piece and at most ten of them", () => {
    const subjectaltname = `DNS:"a, b", ${Array.from({ length: 20 }, (_, index) => `DNS:n${index}`).join(", ")}`;
    const { altNames } = certificateFacts({ ...shown, subjectaltname });
    expect(altNames).toHaveLength(10);
    expect(altNames.slice(0, 2)).toEqual(['DNS:"a, b"', "DNS:n0"]);
  });

  it("are empty lists and words where the certificate says nothing or nonsense", () => {
    const facts = certificateFacts({ ...shown, subject: name({}), subjectaltname: undefined, valid_to: "never" });
    expect(facts).toMatchObject({ subject: "", altNames: [], validTo: "never" });
  });

  it("never throw and hold nothing that a terminal would obey", () => {
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.array(fc.string({ unit: "binary" })));
    const hostile = fc.record({
      subject: fc.dictionary(fc.string(), value),
      issuer: fc.dictionary(fc.constantFrom("CN", "O"), value),
      subjectaltname: fc.option(fc.string({ unit: "binary", maxLength: 400 }), { nil: undefined }),
      valid_from: fc.string(),
      valid_to: fc.string(),
    });
    fc.assert(
      fc.property(hostile, (certificate) => {
        const facts = certificateFacts(certificate as unknown as ShownCertificate);
        const all = [facts.subject, facts.issuer, facts.validFrom, facts.validTo, ...facts.altNames];
        // eslint-disable-next-line no-control-regex
        for (const text of all) expect(text).not.toMatch(/[\u0000-\u001F\u007F\u202A-\u202E]/);
        for (const text of all) expect(Array.from(text).length).toBeLessThanOrEqual(120);
      }),
    );
  });
});

describe("the site of an issuer", () => {
  it.each([
    ["Site 'main' local CA", "main"],
    ["Site 'cmk_2-x' local CA", "cmk_2-x"],
    ["Site 'main' agent signing CA", undefined],
    ["Acme Site 'main' local CA", undefined],
    ["Site '' local CA", undefined],
    ["", undefined],
  ])("%s: %s", (issuer, site) => expect(siteOfIssuer(issuer)).toBe(site));
});

describe("a certificate is out of its dates", () => {
  const facts = certificateFacts({ ...shown, valid_to: "Jan  1 00:00:00 2025 GMT" });
  it.each([
    ["2023-12-31T23:59:59Z", true],
    ["2024-06-01T00:00:00Z", false],
    ["2025-01-01T00:00:01Z", true],
  ])("at %s: %s", (at, expired) => expect(isExpired(facts, new Date(at))).toBe(expired));

  it("never, if they cannot be read", () => {
    expect(isExpired({ ...facts, validFrom: "?", validTo: "?" }, new Date())).toBe(false);
  });
});
