"""A relay far away: a proxy before the sink that holds everything back for a while, each way.

python -m bench.dispatch.relay LISTEN_PORT SINK_PORT MILLISECONDS_EACH_WAY
"""

import asyncio
import sys


async def carry(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, *, delay: float
) -> None:
    """Pass on what comes, each piece `delay` seconds after it came."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def read() -> None:
        while piece := await source.read(65536):
            pieces.put_nowait((loop.time() + delay, piece))
        pieces.put_nowait((loop.time() + delay, b""))

    reading = asyncio.create_task(read())
    try:
        while True:
            at, piece = await pieces.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not piece:
                break
            target.write(piece)
            await target.drain()
    except ConnectionError:
        pass
    finally:
        reading.cancel()
        target.close()


async def serve(*, port: int, sink: int, delay: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near, far = await asyncio.open_connection("127.0.0.1", sink)
        await asyncio.gather(
            carry(reader, far, delay=delay), carry(near, writer, delay=delay),
            return_exceptions=True,
        )  # fmt: skip

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    listen, sink_port, milliseconds = (int(word) for word in sys.argv[1:4])
    asyncio.run(serve(port=listen, sink=sink_port, delay=milliseconds / 1000))
