import { execFileSync } from "node:child_process";

/** A cell as its file has it: its type, its text or number, and whether it would be calculated. */
export interface ReadCell {
  place: string;
  type: string;
  value: string;
  isFormula: boolean;
  isQuoted: boolean;
}

export interface ReadSheet {
  name: string;
  cells: ReadCell[][];
  /** Where the part that stays in view ends, and what can be filtered. */
  frozen: string;
  filtered: string;
}

/** Reads with Python's own zipfile and ElementTree, which share no code with the writer. Checksums are verified. */
const reader = `
import json, sys, zipfile, xml.etree.ElementTree as tree
main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
parts = {name: tree.fromstring(archive.read(name)) for name in archive.namelist()}
for override in parts["[Content_Types].xml"]:
    name = override.get("PartName")
    assert name is None or name[1:] in parts, name
targets = {one.get("Id"): one.get("Target") for one in parts["xl/_rels/workbook.xml.rels"]}
formats = parts["xl/styles.xml"].find(main + "cellXfs").findall(main + "xf")
def cell(c):
    text = "".join(one.text or "" for one in c.iter(main + "t"))
    value = c.find(main + "v")
    return {"place": c.get("r"), "type": c.get("t", "n"), "value": text if value is None else value.text,
            "isFormula": c.find(main + "f") is not None,
            "isQuoted": formats[int(c.get("s", "0"))].get("quotePrefix") == "1"}
def sheet(one):
    root = parts["xl/" + targets[one.get(link)]]
    pane, area = root.find(".//" + main + "pane"), root.find(main + "autoFilter")
    return {"name": one.get("name"), "frozen": pane.get("topLeftCell"), "filtered": area.get("ref"),
            "cells": [[cell(c) for c in row] for row in root.iter(main + "row")]}
json.dump([sheet(one) for one in parts["xl/workbook.xml"].iter(main + "sheet")], sys.stdout)
`;

/** Every sheet of a workbook, with every cell that is not empty. */
export const readWorkbook = (file: string): ReadSheet[] =>
  JSON.parse(execFileSync("python3", ["-c", reader, file], { encoding: "utf8", maxBuffer: 1 << 28 })) as ReadSheet[];

/** The rows of a sheet under its titles: title → value. */
export function rowsOf({ cells }: ReadSheet): Record<string, string>[] {
  const titles = new Map((cells[0] ?? []).map(({ place, value }) => [place.replace(/\d+/, ""), value]));
  return cells
    .slice(1)
    .map((row) =>
      Object.fromEntries(row.map(({ place, value }) => [titles.get(place.replace(/\d+/, "")) ?? "", value])),
    );
}
