package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy on the loopback address that passes bytes on to a port of this machine, and does what a
 * {@link Fault} says to requests and replies. It tells them apart by their order: a connection
 * carries one request at a time.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /** What goes wrong. Called by several threads. */
  public interface Fault {

    /**
     * Bytes on their way to the server, from the start of a request.
     *
     * @param line the request's first line
     * @return what the server gets instead; empty: the connection breaks before it gets anything
     */
    default Optional<byte[]> request(String line, byte[] bytes) {
      return Optional.of(bytes);
    }

    /**
     * False: the connection breaks in the middle of a request.
     *
     * @param bytes how many of the request have passed
     */
    default boolean passOn(String line, long bytes) {
      return true;
    }

    /** False: the server has done what was asked, and the connection breaks before it says so. */
    default boolean passReply(String line) {
      return true;
    }
  }

  private final ServerSocket listening;
  private final int serverPort;
  private final Fault fault;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private FaultyProxy(int serverPort, Fault fault) throws IOException {
    this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.serverPort = serverPort;
    this.fault = fault;
  }

  public static FaultyProxy start(int serverPort, Fault fault) throws IOException {
    FaultyProxy proxy = new FaultyProxy(serverPort, fault);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  public int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        open.add(client);
        open.add(server);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Exchange exchange = new Exchange(client, server);
        threads.execute(exchange::requests);
        threads.execute(exchange::replies);
      } catch (IOException e) {
        // The proxy is closed, or the server is away: clients see it.
      }
    }
  }

  /** One connection. */
  private final class Exchange {
    private final Socket client;
    private final Socket server;
    private volatile String line = "";
    private volatile boolean asked;
    private long passed;

    Exchange(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void requests() {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          byte[] bytes = Arrays.copyOf(buffer, count);
          if (!asked) {
            passed = 0;
            line = firstLine(bytes);
            Optional<byte[]> instead = fault.request(line, bytes);
            if (instead.isEmpty()) {
              break;
            }
            bytes = instead.get();
            asked = true;
          } else if (!fault.passOn(line, passed)) {
            break;
          }
          passed += bytes.length;
          out.write(bytes);
        }
      } catch (IOException e) {
        // One of the two is gone, and with it the connection.
      } finally {
        end();
      }
    }

    void replies() {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (asked && !isToGoOn(buffer, count)) {
            if (!fault.passReply(line)) {
              break;
            }
            asked = false;
          }
          out.write(buffer, 0, count);
        }
      } catch (IOException e) {
        // As above.
      } finally {
        end();
      }
    }

    /** "100 Continue" is no reply yet. */
    private static boolean isToGoOn(byte[] bytes, int count) {
      return new String(bytes, 0, Math.min(count, 12), StandardCharsets.ISO_8859_1)
          .equals("HTTP/1.1 100");
    }

    private void end() {
      for (Socket socket : new Socket[] {client, server}) {
        open.remove(socket);
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed.
        }
      }
    }
  }

  private static String firstLine(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
