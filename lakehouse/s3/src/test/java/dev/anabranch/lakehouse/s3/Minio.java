package dev.anabranch.lakehouse.s3;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real MinIO as a child process on the loopback address, with credentials of its own. Where it is
 * not built, the test that asks for it is skipped, and says so.
 */
public final class Minio implements AutoCloseable {
  private static final String SCRIPT = "infra/minio/prepare";

  private final Path folder;
  private final int port;
  private final String user = random();
  private final String password = random();
  private Process server;

  private Minio(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts one whose data are in that folder. */
  public static Minio start(Path folder) throws IOException {
    Minio minio = new Minio(folder, freePort());
    minio.start();
    return minio;
  }

  /** Starts it again where it was, with what it had. */
  public void start() throws IOException {
    Files.createDirectories(folder);
    ProcessBuilder command =
        new ProcessBuilder(
            program().toString(),
            "server",
            "--quiet",
            "--address",
            "127.0.0.1:" + port,
            "--console-address",
            "127.0.0.1:" + freePort(),
            folder.resolve("data").toString());
    command.environment().putAll(Map.of("MINIO_ROOT_USER", user, "MINIO_ROOT_PASSWORD", password));
    command.environment().putAll(Map.of("MINIO_BROWSER", "off", "MINIO_UPDATE", "off"));
    server =
        command
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("minio.log").toFile()))
            .start();
    // A test's JVM that is killed takes it along, as far as Java allows.
    Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
    Awaitility.await("MinIO answers; see " + folder.resolve("minio.log"))
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(this::isReady);
  }

  /** Ends it at once, as a power cut does. */
  public void kill() {
    server.destroyForcibly();
    try {
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("MinIO does not end: process " + server.pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }

  public int port() {
    return port;
  }

  public URI endpoint() {
    return endpoint(port);
  }

  private static URI endpoint(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  public String user() {
    return user;
  }

  public String password() {
    return password;
  }

  /** What a child process needs to reach it. */
  public Map<String, String> environment() {
    return Map.of("AWS_ACCESS_KEY_ID", user, "AWS_SECRET_ACCESS_KEY", password);
  }

  /** A client past Hadoop, for what tests set up and look at. */
  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(user, password)))
        .build();
  }

  /**
   * Makes a bucket. Hadoop keeps one file system a bucket and process, with the configuration of
   * the first that asked: who needs another way to the store needs another bucket.
   */
  public void bucket(String name) {
    try (S3Client client = client()) {
      client.createBucket(bucket -> bucket.bucket(name));
    }
  }

  /** Hadoop's options for it. */
  public Configuration hadoop() {
    return hadoop(port);
  }

  /** The same by way of a proxy on that port. */
  public Configuration hadoop(int proxyPort) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.s3a.access.key", user);
    hadoop.set("fs.s3a.secret.key", password);
    options(endpoint(proxyPort)).forEach(hadoop::set);
    return hadoop;
  }

  /** Options without the credentials. */
  public static Map<String, String> options(URI endpoint) {
    return Map.of(
        "fs.s3a.endpoint", endpoint.toString(),
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.connection.ssl.enabled", "false");
  }

  private boolean isReady() {
    if (!server.isAlive()) {
      throw new IllegalStateException("MinIO ended by itself: see " + folder.resolve("minio.log"));
    }
    HttpRequest health =
        HttpRequest.newBuilder(endpoint().resolve("/minio/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return HttpClient.newHttpClient()
              .send(health, HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The script alone knows where it is. */
  private static Path program() throws IOException {
    Path script =
        Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
            .map(above -> above.resolve(SCRIPT))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("No " + SCRIPT + " above this folder"));
    Process asked = new ProcessBuilder(script.toString(), "--path").start();
    Path program;
    try (BufferedReader answer = asked.inputReader(StandardCharsets.UTF_8)) {
      program = Path.of(answer.readLine());
    }
    if (!Files.isExecutable(program)) {
      String message =
          "SKIPPED, nothing was tested: no MinIO at %s; run %s, which builds it with Go"
              .formatted(program, SCRIPT);
      // Past the runner, which keeps what tests print in files that nobody opens.
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
          .println(message);
      Assumptions.abort(message);
    }
    return program;
  }

  private static String random() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
