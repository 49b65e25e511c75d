package dev.anabranch.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Sends exactly the bytes given: requests that no client's library would send. */
final class RawHttp {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RawHttp() {}

  /** An answer as it came; without one the status is 0. */
  record Reply(int status, String head, String body) {
    Optional<String> header(String name) {
      return Arrays.stream(head.split("\r\n", -1))
          .filter(
              line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new IllegalStateException("Not JSON: " + head + "\n" + body, e);
      }
    }
  }

  /** A GET with this target, written as it is. */
  static Reply get(URI server, String target) {
    return send(server, request("GET", target, ""));
  }

  static byte[] request(String method, String target, String headers) {
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s\r\n"
        .formatted(method, target, headers)
        .getBytes(StandardCharsets.UTF_8);
  }

  static Socket open(URI server) throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  static Reply send(URI server, byte[] request) {
    try (Socket socket = open(server)) {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return reply(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(
          "No answer to " + new String(request, StandardCharsets.UTF_8), e);
    }
  }

  private static Reply reply(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Reply(0, text, "");
    }
    String head = text.substring(0, end);
    String body = text.substring(end + 4);
    if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
      body = unchunked(body);
    }
    return new Reply(Integer.parseInt(head.substring(9, 12)), head, body);
  }

  private static String unchunked(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder whole = new StringBuilder();
    int at = 0;
    while (at < bytes.length) {
      int line = at;
      while (bytes[line] != '\r') {
        line++;
      }
      int size = Integer.parseInt(new String(bytes, at, line - at, StandardCharsets.US_ASCII), 16);
      if (size == 0) {
        break;
      }
      whole.append(new String(bytes, line + 2, size, StandardCharsets.UTF_8));
      at = line + 2 + size + 2;
    }
    return whole.toString();
  }
}
