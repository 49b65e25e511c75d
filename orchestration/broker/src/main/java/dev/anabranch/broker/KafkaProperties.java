package dev.anabranch.broker;

import java.util.Properties;

/** Kafka's own configuration for one small broker and controller on the loopback address. */
final class KafkaProperties {

  private KafkaProperties() {}

  /**
   * The properties of broker and controller in one process. The quorum is static: one voter at the
   * controller's port of this start, so that a port may change between two starts on a folder.
   */
  static Properties of(BrokerSettings settings) {
    Properties kafka = new Properties();
    kafka.setProperty("process.roles", "broker,controller");
    kafka.setProperty("node.id", "1");
    kafka.setProperty("controller.quorum.voters", "1@127.0.0.1:" + settings.controllerPort());
    kafka.setProperty("controller.listener.names", "CONTROLLER");
    kafka.setProperty(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(settings.port(), settings.controllerPort()));
    kafka.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + settings.port());
    kafka.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    kafka.setProperty("log.dirs", settings.folder().resolve("log").toString());

    // The log is the platform's memory: kappa reprocesses from its start.
    kafka.setProperty("log.retention.ms", "-1");
    kafka.setProperty("log.retention.bytes", "-1");
    kafka.setProperty("log.message.timestamp.type", "LogAppendTime");
    kafka.setProperty("num.partitions", Integer.toString(settings.partitions()));
    kafka.setProperty("auto.create.topics.enable", "false");

    // One node: every internal topic has one replica, and a group starts without waiting.
    kafka.setProperty("offsets.topic.replication.factor", "1");
    kafka.setProperty("offsets.topic.num.partitions", "1");
    kafka.setProperty("transaction.state.log.replication.factor", "1");
    kafka.setProperty("transaction.state.log.min.isr", "1");
    kafka.setProperty("transaction.state.log.num.partitions", "1");
    kafka.setProperty("share.coordinator.state.topic.replication.factor", "1");
    kafka.setProperty("share.coordinator.state.topic.min.isr", "1");
    kafka.setProperty("group.initial.rebalance.delay.ms", "0");

    // After kill -9 the controller refuses the next start of the same node until this has passed.
    kafka.setProperty("broker.session.timeout.ms", "6000");
    kafka.setProperty("broker.heartbeat.interval.ms", "500");

    // A laptop's share of threads and memory.
    kafka.setProperty("num.network.threads", "2");
    kafka.setProperty("num.io.threads", "4");
    kafka.setProperty("num.recovery.threads.per.data.dir", "2");
    kafka.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024));
    return kafka;
  }
}
