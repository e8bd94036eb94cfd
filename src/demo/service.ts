import { once } from "node:events";
import { createServer } from "node:net";

/** Something that listens for the demo lab. `close` resolves when its sockets are gone, and may be called once. */
export interface Service {
  port: number;
  close: () => Promise<void>;
}

/** Takes note of an opened service, so that it is closed with the lab, and returns its port. */
export type Keep = (opening: Promise<Service>) => Promise<number>;

/** Ports for the lab lie below the ranges that Linux (32768) and macOS (49152) hand out as source ports. */
const lowestPort = 20_000;
const highestPort = 32_000;
const attempts = 40;

/**
 * Opens a service on the wanted port, or on another unprivileged one if that is taken.
 * @param wanted port to try first, so that the demo reads like the document
 * @param open opens the service on exactly the given port; rejects with EADDRINUSE if it is taken
 * @throws what `open` rejected with, if that was anything but EADDRINUSE, or if no port was free
 */
export async function claimPort<Opened>(wanted: number, open: (port: number) => Promise<Opened>): Promise<Opened> {
  for (let attempt = 1; ; attempt += 1) {
    const port = attempt === 1 ? wanted : lowestPort + Math.floor(Math.random() * (highestPort - lowestPort));
    try {
      return await open(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || attempt === attempts) throw error;
    }
  }
}

/** Opens one listener per address on the same port; if one fails, those before it are closed and its error is thrown. */
export async function openOnEach(
  addresses: readonly string[],
  port: number,
  open: (address: string, port: number) => Promise<Service>,
): Promise<Service> {
  const services: Service[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(services.map(async (service) => service.close()));
  };
  try {
    for (const address of new Set(addresses)) services.push(await open(address, port));
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

/** True if this machine lets a program listen on the address: Linux owns all of 127.0.0.0/8, macOS 127.0.0.1 alone. */
export async function canListenOn(address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(0, address);
    await once(server, "listening");
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" || code === "EINVAL") return false;
    throw error;
  } finally {
    server.close();
  }
}
