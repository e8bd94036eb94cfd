import { describe, expect, it } from "vitest";
import { allPass, mixed, runOf } from "../../../test/cases/report-run.ts";
import { render } from "../../../test/report/loaded-renderers.ts";
import { noteElsewhere } from "../text/note-elsewhere.ts";
import { formats } from "./renderers.ts";

const options = { width: 400, colour: false };
const notes = [noteElsewhere("cmk"), "A second note."];

/** What a format does to a plain sentence is undone here; nothing else is. */
const readable = (text: string): string => text.replaceAll(/&(?:gt|#58);/g, "").replaceAll(/\s+/g, " ");

/** A run without any flow has no row, suite or host that could hold a note. */
const needsFlows = new Set(["csv", "junit", "checkmk-piggyback"]);

describe("every format", () => {
  it.each(formats)("%s shows the notes of a run, whatever else there is to say", (format) => {
    for (const run of [allPass(), mixed()]) {
      const text = readable(render[format]({ ...run, notes }, options));
      for (const note of notes) expect(text).toContain(note);
    }
  });

  it.each(formats.filter((format) => !needsFlows.has(format)))("%s shows them without a flow as well", (format) => {
    expect(readable(render[format]({ ...runOf([]), notes }, options))).toContain(notes[0]);
  });

  it.each(formats)("%s says nothing of the kind where there are none", (format) => {
    expect(readable(render[format](mixed(), options))).not.toContain("without an address");
  });
});
