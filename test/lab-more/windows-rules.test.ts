import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { walk } from "../../src/judge/firewall/walk.ts";
import { readRuleset } from "../../src/load/ruleset/ruleset.ts";
import { strangeIn, usePowershell } from "../cases/powershell.ts";

const page = readFileSync("docs/firewall-team.md", "utf8");
const script = /```powershell\n([^]*?)```/.exec(page)?.[1] ?? "";

/** Replaces the commands of Windows: what they give has these properties, of which a list is empty or of one. */
const commands = `
function Get-NetFirewallRule { param($PolicyStore)
  [pscustomobject]@{ InstanceID = 'a'; Name = 'portmatrix-in-tcp-6556-ipv4'; DisplayName = 'portmatrix: agent'; Direction = 'Inbound'; Action = 'Allow'; Enabled = 'True'; Profile = 'Any' }
  [pscustomobject]@{ InstanceID = 'b'; Name = 'b'; DisplayName = 'blocks'; Direction = 'Inbound'; Action = 'Block'; Enabled = 'True'; Profile = 'Domain' }
  [pscustomobject]@{ InstanceID = 'c'; Name = 'c'; DisplayName = 'off'; Direction = 'Inbound'; Action = 'Block'; Enabled = 'False'; Profile = 'Any' }
  [pscustomobject]@{ InstanceID = 'd'; Name = 'd'; DisplayName = 'of a program'; Direction = 'Inbound'; Action = 'Allow'; Enabled = 'True'; Profile = 'Any' }
}
function Get-NetFirewallPortFilter { param($PolicyStore)
  [pscustomobject]@{ InstanceID = 'a'; Protocol = 'TCP'; LocalPort = '6556'; RemotePort = 'Any'; IcmpType = 'Any' }
  [pscustomobject]@{ InstanceID = 'b'; Protocol = 'TCP'; LocalPort = @('22', '7000-7010'); RemotePort = 'Any'; IcmpType = 'Any' }
  [pscustomobject]@{ InstanceID = 'd'; Protocol = 'TCP'; LocalPort = '9999'; RemotePort = 'Any'; IcmpType = 'Any' }
}
function Get-NetFirewallAddressFilter { param($PolicyStore)
  [pscustomobject]@{ InstanceID = 'a'; LocalAddress = 'Any'; RemoteAddress = @('10.0.0.5', '10.0.0.6') }
  [pscustomobject]@{ InstanceID = 'b'; LocalAddress = 'Any'; RemoteAddress = '10.0.0.0/255.0.0.0' }
  [pscustomobject]@{ InstanceID = 'd'; LocalAddress = 'Any'; RemoteAddress = 'Any' }
}
function Get-NetFirewallApplicationFilter { param($PolicyStore) [pscustomobject]@{ InstanceID = 'd'; Program = 'C:\\agent.exe'; Package = $null } }
function Get-NetFirewallServiceFilter { param($PolicyStore) [pscustomobject]@{ InstanceID = 'a'; Service = 'Any' } }
function Get-NetFirewallInterfaceFilter { param($PolicyStore) }
function Get-NetFirewallInterfaceTypeFilter { param($PolicyStore) }
function Get-NetFirewallSecurityFilter { param($PolicyStore) [pscustomobject]@{ InstanceID = 'a'; Authentication = 'NotRequired' } }
function Get-NetFirewallProfile { param($PolicyStore)
  [pscustomobject]@{ Name = 'Domain'; Enabled = 'True'; DefaultInboundAction = 'Block'; DefaultOutboundAction = 'Allow'; AllowInboundRules = 'NotConfigured' }
  [pscustomobject]@{ Name = 'Public'; Enabled = 'False'; DefaultInboundAction = 'Block'; DefaultOutboundAction = 'Allow'; AllowInboundRules = 'True' }
}
function Get-NetConnectionProfile { [pscustomobject]@{ NetworkCategory = 'DomainAuthenticated' } }
`;

describe("the script that exports the firewall of Windows", () => {
  usePowershell();

  it("gives what rules --check reads, and has no words that Windows PowerShell 5.1 does not know", () => {
    expect(script).toContain("ConvertTo-Json");
    expect(strangeIn([script])).toEqual([[]]);
    const dir = mkdtempSync(join(tmpdir(), "portmatrix-windows-"));
    try {
      writeFileSync(join(dir, "export.ps1"), `$ErrorActionPreference = 'Stop'\n${commands}\n${script}`);
      const ran = spawnSync("pwsh", ["-NoProfile", "-File", join(dir, "export.ps1")], { cwd: dir, encoding: "utf8" });
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      const ruleset = readRuleset(readFileSync(join(dir, "firewall.json"), "utf8").replace(/^\uFEFF/, ""));
      if (typeof ruleset === "string") throw new Error(ruleset);
      const fate = (source: string, port: number) => {
        const packet = { family: 4, source, protocol: "tcp", port, isLoopback: false, direction: "in" } as const;
        const { kind, by } = walk(ruleset, ["input"], packet);
        return `${kind}: ${by}`;
      };
      expect(fate("10.0.0.5", 6556)).toBe('passes: Allow "portmatrix: agent"');
      expect(fate("10.0.0.7", 6556)).toBe("dropped: the default for inbound packets");
      expect(fate("10.0.0.5", 7005)).toBe('dropped: Block "blocks"');
      expect(fate("192.0.2.1", 9999)).toBe('unclear: Allow "of a program" (program C:\\agent.exe)');
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
