import type { AccessRequest } from "../../model/firewall/access-rule.ts";
import { renderWorkbook } from "../workbook/workbook.ts";
import { requestSheets } from "./sheets.ts";

/** A request as a workbook, in pieces. */
export const renderRequestXlsx = (request: AccessRequest): Iterable<Uint8Array> =>
  renderWorkbook(requestSheets(request));
