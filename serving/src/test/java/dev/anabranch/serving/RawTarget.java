package dev.anabranch.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks for a target exactly as it is written. */
final class RawTarget {
  private RawTarget() {}

  static int status(URI server, String target) {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!reply.contains("application/problem+json") && !reply.startsWith("HTTP/1.1 2")) {
        throw new AssertionError(reply);
      }
      return Integer.parseInt(reply.substring(9, 12));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
