// Reads docker-compose.yml: the description that containers and namespaces share. A key that the driver does not know
// is an error, so the two back ends cannot drift apart unnoticed.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

/** Mistakes in the description or on the command line: printed without a stack. */
export class LabError extends Error {}

const words = (text) => text.split(" ");
const known = {
  file: words("name networks configs services"),
  network: words("enable_ipv6 driver_opts ipam"),
  service: words(
    "image build init cap_add cap_drop command configs dns dns_opt dns_search environment extra_hosts healthcheck networks sysctls volumes working_dir",
  ),
  attachment: words("ipv4_address ipv6_address"),
  lab: words("faults truth workers withoutServices"),
  withoutServices: words("keep truth unproven"),
  fault: words("why firewall switch truth withoutServices"),
};

/** The health check that every service must have: the marker that `lab/services/node/start` makes. */
const healthTest = ["CMD", "test", "-e", "/run/lab/ready"];

/**
 * The description as plain values: `networks` (name → subnets), `services` (name → what `normaliseService` keeps),
 * `configs` (name → text), `faults`, `truth`, `workers` and `withoutServices` as they stand under x-lab. Throws LabError for
 * anything unknown.
 */
export function readDescription(file) {
  const text = readFileSync(file, "utf8");
  if (text.includes("$")) throw new LabError(`${file}: a dollar sign, which compose would replace`);
  const document = parse(text, { merge: true });
  const lab = document["x-lab"] ?? {};
  refuseUnknown(document, known.file, file);
  refuseUnknown(lab, known.lab, `${file}: x-lab`);
  refuseUnknown(lab.withoutServices, known.withoutServices, `${file}: x-lab.withoutServices`);
  for (const [name, fault] of Object.entries(lab.faults ?? {})) {
    refuseUnknown(fault, known.fault, `${file}: x-lab.faults.${name}`);
  }
  for (const name of Object.keys(lab.workers ?? {})) {
    if (document.services[name] === undefined) throw new LabError(`${file}: x-lab.workers: there is no node ${name}`);
  }
  const { faults = {}, truth = {}, workers = {}, withoutServices = {} } = lab;
  return { ...normalise(document, dirname(file)), faults, truth, workers, withoutServices };
}

/**
 * The same lab before anything of Checkmk is installed: nodes run only the services that `keep` has for them (`*`: for every
 * node).
 */
export function withoutServices(description) {
  const { keep } = description.withoutServices;
  const services = mapValues(description.services, (service, name) => {
    const [start, ...wanted] = service.command;
    const kept = wanted.filter((one) => [...keep["*"], ...(keep[name] ?? [])].includes(one));
    return { ...service, command: [start, ...kept] };
  });
  return { ...description, services };
}

/**
 * The part of a compose document that the driver acts on, in one form whether it was read by us or printed by
 * `docker compose config --format json`. Sources of volumes are paths below `directory`.
 */
export function normalise(document, directory) {
  const networks = mapValues(document.networks, (network, name) => {
    refuseUnknown(network, [...known.network, "name"], `network ${name}`);
    return { subnets: network.ipam.config.map(({ subnet }) => subnet).toSorted() };
  });
  const configs = mapValues(document.configs ?? {}, ({ content }) => content.trimEnd());
  const services = mapValues(document.services, (service, name) => normaliseService(service, name, directory));
  for (const [name, { attachments, configs: mounted }] of Object.entries(services)) {
    for (const { network } of attachments) {
      if (networks[network] === undefined) throw new LabError(`service ${name}: there is no network ${network}`);
    }
    for (const { source } of mounted) {
      if (configs[source] === undefined) throw new LabError(`service ${name}: there is no config ${source}`);
    }
  }
  return { name: document.name, networks, configs, services };
}

function normaliseService(service, name, directory) {
  const where = `service ${name}`;
  refuseUnknown(service, [...known.service, "entrypoint"], where);
  if ((service.entrypoint ?? null) !== null) throw new LabError(`${where}: the driver knows no entrypoint`);
  if (JSON.stringify(service.healthcheck?.test) !== JSON.stringify(healthTest)) {
    throw new LabError(`${where}: the health check must be ${healthTest.join(" ")}`);
  }
  const attachments = Object.entries(service.networks).map(([network, attachment]) => {
    refuseUnknown(attachment, known.attachment, `${where}, network ${network}`);
    const { ipv4_address: v4 = "", ipv6_address: v6 = "" } = attachment;
    if (isIP(v4) !== 4 || isIP(v6) !== 6) throw new LabError(`${where}: no static addresses on ${network}`);
    return { network, v4, v6 };
  });
  return {
    image: service.image,
    command: service.command,
    workingDirectory: service.working_dir ?? "/",
    environment: mapValues(service.environment ?? {}, String),
    sysctls: mapValues(service.sysctls ?? {}, String),
    capabilities: { add: service.cap_add ?? [], drop: service.cap_drop ?? [] },
    names: { dns: service.dns ?? [], search: service.dns_search ?? [], options: service.dns_opt ?? [] },
    extraHosts: (service.extra_hosts ?? []).map((line) => line.replace(/[=:]/, "=")),
    configs: (service.configs ?? []).map(({ source, target }) => ({ source, target })),
    volumes: (service.volumes ?? []).map((volume) => normaliseVolume(volume, directory)),
    attachments: attachments.toSorted((left, right) => (left.network < right.network ? -1 : 1)),
  };
}

/** `./lab:/lab:ro` or compose's long form; only read-only binds of the repository are known. */
function normaliseVolume(volume, directory) {
  if (typeof volume !== "string") {
    if (volume.type !== "bind" || volume.read_only !== true)
      throw new LabError(`not a read-only bind: ${volume.target}`);
    return { source: volume.source, target: volume.target };
  }
  const [source, target, mode] = volume.split(":");
  if (mode !== "ro" || !source.startsWith("./")) throw new LabError(`not a read-only bind below ./: ${volume}`);
  return { source: resolve(directory, source), target };
}

function refuseUnknown(value, keys, where) {
  for (const key of Object.keys(value ?? {})) {
    if (key.startsWith("x-") || keys.includes(key)) continue;
    throw new LabError(`${where}: the lab driver does not know "${key}"; known: ${keys.join(", ")}`);
  }
}

function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
