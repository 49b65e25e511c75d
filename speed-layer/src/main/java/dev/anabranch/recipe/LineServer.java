package dev.anabranch.recipe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends lines to whoever connects, on the loopback address; in the place of netcat. */
final class LineServer implements AutoCloseable {
  private final ServerSocket socket;
  private final BufferedReader lines;
  private final Duration pause;

  private LineServer(ServerSocket socket, BufferedReader lines, Duration pause) {
    this.socket = socket;
    this.lines = lines;
    this.pause = pause;
  }

  /**
   * Listens.
   *
   * @param pause between two lines
   */
  static LineServer start(BufferedReader lines, Duration pause) throws IOException {
    LineServer server =
        new LineServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), lines, pause);
    Thread thread = new Thread(server::serve, "line-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  int port() {
    return socket.getLocalPort();
  }

  /** One client after another: Spark connects once to look, and once to read. */
  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept();
          Writer out = new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          out.write(line + "\n");
          out.flush();
          Thread.sleep(pause.toMillis());
        }
        // Nothing more comes; an end of the connection would be an error to the source.
        client.getInputStream().read();
      } catch (IOException e) {
        // The client has gone, or the server was closed.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
