import { expect, it } from "vitest";
import { appearance } from "./appearance.ts";

const terminal = { stdoutIsTerminal: true, columns: 80, env: { LANG: "en_US.UTF-8" } };

it.each([
  ["a terminal has colour and its own width", terminal, true, { width: 80, colour: true, unicode: true }],
  ["--no-color", terminal, false, { colour: false }],
  ["NO_COLOR", { ...terminal, env: { NO_COLOR: "1" } }, true, { colour: false }],
  [
    "FORCE_COLOR where there is no terminal",
    { ...terminal, stdoutIsTerminal: false, env: { FORCE_COLOR: "1" } },
    true,
    { colour: true },
  ],
  ["FORCE_COLOR beside NO_COLOR", { ...terminal, env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, true, { colour: true }],
  ["FORCE_COLOR=0", { ...terminal, env: { FORCE_COLOR: "0" } }, true, { colour: false }],
  ["--no-color beside FORCE_COLOR", { ...terminal, env: { FORCE_COLOR: "1" } }, false, { colour: false }],
  ["a dumb terminal", { ...terminal, env: { TERM: "dumb" } }, true, { colour: false }],
  [
    "a pipe",
    { stdoutIsTerminal: false, columns: undefined, env: { LANG: "C" } },
    true,
    { width: 100, colour: false, unicode: true },
  ],
  ["a wide terminal", { ...terminal, columns: 240 }, true, { width: 100 }],
  ["a narrow terminal", { ...terminal, columns: 40 }, true, { width: 40 }],
  ["a tiny terminal", { ...terminal, columns: 20 }, true, { width: 40 }],
  ["a terminal without UTF-8", { ...terminal, env: { LANG: "en_US.UTF-8", LC_ALL: "C" } }, true, { unicode: false }],
])("%s", (_, surroundings, wantsColour, expected) => {
  expect(appearance(surroundings, wantsColour)).toMatchObject(expected);
});
