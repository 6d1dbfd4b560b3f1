/** Server-sent events over fetch: a plain EventSource can neither start from a known event nor tell 204 from a broken line. */

export interface ServerEvent {
  id: number | null;
  kind: string;
  data: string;
}

/** Cut a buffer into whole events and what is left of the next one. Comments (pings) come as kind "ping". */
export function parseEvents(buffer: string): { events: ServerEvent[]; rest: string } {
  const parts = buffer.replaceAll("\r\n", "\n").split("\n\n");
  const rest = parts.pop() ?? "";
  const events: ServerEvent[] = [];
  for (const part of parts) {
    const event = parsed(part);
    if (event) events.push(event);
  }
  return { events, rest };
}

function parsed(part: string): ServerEvent | null {
  let id: number | null = null;
  let kind = "message";
  const data: string[] = [];
  for (const line of part.split("\n")) {
    if (line.startsWith(":")) return { id: null, kind: "ping", data: "" };
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id" && /^\d+$/.test(value)) id = Number(value);
    if (field === "event") kind = value;
    if (field === "data") data.push(value);
  }
  return data.length || kind !== "message" ? { id, kind, data: data.join("\n") } : null;
}

/** How long to wait before the next try: 0.5 s, 1 s, 2 s, ... at most 10 s. */
export const pauseBefore = (attempt: number): number => Math.min(500 * 2 ** attempt, 10_000);

export interface Listener {
  onOpen(): void;
  onEvent(event: ServerEvent): void;
  onLost(attempt: number): void;
  onEnd(): void;
}

/** Follow a stream from an event on until it ends or is aborted; a lost line is taken up again after the last event seen. */
export async function follow(url: string, from: number, listener: Listener, signal: AbortSignal): Promise<void> {
  let last = from;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      const response = await fetch(url, { headers: { Accept: "text/event-stream", "Last-Event-ID": String(last) }, signal });
      if (response.status === 204) return listener.onEnd();
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      listener.onOpen();
      attempt = 0;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let buffer = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const cut = parseEvents(buffer + value);
        buffer = cut.rest;
        for (const event of cut.events) {
          if (event.kind === "end") return listener.onEnd();
          if (event.id !== null && event.id <= last) continue;
          if (event.id !== null) last = event.id;
          listener.onEvent(event);
        }
      }
    } catch {
      if (signal.aborted) return;
    }
    listener.onLost(attempt + 1);
    await waited(pauseBefore(attempt), signal);
  }
}

/** Wait, or less when the browser says that it is back on line. */
function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
