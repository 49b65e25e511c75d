package dev.anabranch.cli.platform;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/** Ports of this machine. */
final class Ports {

  /**
   * Below the ports that the system gives to clients, which could take one while a part restarts.
   */
  private static final int FIRST = 18_000;

  private static final int LAST = 31_999;

  private Ports() {}

  /** Whether a program may listen there now. */
  static boolean free(InetAddress address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** A port that was free a moment ago, other than {@code except}. */
  static int choose(InetAddress address, int except, RandomGenerator random) {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = random.nextInt(FIRST, LAST + 1);
      if (port != except && free(address, port)) {
        return port;
      }
    }
    throw CommandFailure.failed(
        "No free port from %d to %d on %s: other programs listen on too many of them"
            .formatted(FIRST, LAST, address.getHostAddress()));
  }
}
