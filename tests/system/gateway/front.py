"""Takes TLS connections and passes on what they carry: what stands before a gateway in a company."""

import socket
import ssl
import sys
import threading

certificate, key, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(connection):
    try:
        with context.wrap_socket(connection, server_side=True) as front:
            with socket.create_connection(("127.0.0.1", port)) as back:
                threading.Thread(target=pump, args=(front, back), daemon=True).start()
                pump(back, front)
    except OSError:
        pass


with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        accepted, _ = listener.accept()
        threading.Thread(target=serve, args=(accepted,), daemon=True).start()
