package dev.anabranch.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the broker: {@code BrokerMain SETTINGS_FILE}. It prints {@code READY {…}} on standard output
 * when clients are served and the topic is there, and stops in order on the end of its standard
 * input or on SIGTERM.
 */
public final class BrokerMain {

  private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);

  /** A controlled shutdown that takes longer is cut short; Kafka's log recovers from that. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private BrokerMain() {}

  /** See the class. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("Usage: BrokerMain SETTINGS_FILE");
      System.exit(2);
    }
    exitWhenInputEnds(System.in);
    AtomicInteger status = new AtomicInteger();
    try {
      run(BrokerSettings.read(Path.of(args[0])), status);
    } catch (Exception | Error e) {
      log.error("The broker cannot go on: {}", e.getMessage(), e);
      status.set(1);
      System.exit(1);
    }
  }

  private static void run(BrokerSettings settings, AtomicInteger status) throws Exception {
    Properties kafka = KafkaProperties.of(settings);
    Storage.formatOnce(settings.folder(), kafka);
    KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(kafka), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, status), "stop"));
    server.startup();
    EventsTopic.ensure(settings);
    WarmUpTopic.ensure(settings);
    log.info("Topic {} is served at {}", settings.topic(), settings.bootstrapServers());
    System.out.println(
        "READY {\"bootstrap_servers\":\"%s\"}".formatted(settings.bootstrapServers()));
    System.out.flush();
    server.awaitShutdown();
  }

  private static void stop(KafkaRaftServer server, AtomicInteger status) {
    Thread limit =
        new Thread(
            () -> {
              try {
                Thread.sleep(STOP_LIMIT.toMillis());
              } catch (InterruptedException e) {
                return;
              }
              log.warn("Not stopped within {}: the process ends now", STOP_LIMIT);
              Runtime.getRuntime().halt(status.get());
            },
            "stop-limit");
    limit.setDaemon(true);
    limit.start();
    server.shutdown();
    server.awaitShutdown();
    Runtime.getRuntime().halt(status.get());
  }

  /** The launcher holds the other end of standard input, so its death ends this process too. */
  private static void exitWhenInputEnds(InputStream input) {
    Thread lifeLine =
        new Thread(
            () -> {
              try {
                while (input.read() >= 0) {
                  // Nothing is said on this line; only its end counts.
                }
              } catch (IOException e) {
                log.debug("Standard input broke, which is its end", e);
              }
              System.exit(0);
            },
            "life-line");
    lifeLine.setDaemon(true);
    lifeLine.start();
  }
}
