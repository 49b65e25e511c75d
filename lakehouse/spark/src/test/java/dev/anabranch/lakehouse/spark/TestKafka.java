package dev.anabranch.lakehouse.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Future;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import scala.Option;

/** A real Kafka broker in this process, on the loopback address. */
public final class TestKafka implements AutoCloseable {
  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  private TestKafka(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
    Map<String, Object> client = Map.of("bootstrap.servers", bootstrapServers);
    this.admin = Admin.create(client);
    this.producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public static TestKafka start(Path folder) throws IOException {
    int port = freePort();
    int controllerPort = freePort();
    Properties kafka = new Properties();
    kafka.putAll(
        Map.of(
            "process.roles", "broker,controller",
            "node.id", "1",
            "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
            "controller.listener.names", "CONTROLLER",
            "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                    .formatted(port, controllerPort),
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs", folder.toString(),
            "log.cleaner.enable", "false",
            "auto.create.topics.enable", "false"));
    kafka.putAll(
        Map.of(
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "1"));
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("meta.properties"),
        "version=1\nnode.id=1\ncluster.id=" + Uuid.randomUuid() + "\n");
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(kafka), Time.SYSTEM, Option.empty());
    server.startup();
    return new TestKafka(server, "127.0.0.1:" + port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public void create(String topic, int partitions) throws Exception {
    NewTopic made =
        new NewTopic(topic, Optional.of(partitions), Optional.empty())
            .configs(Map.of("message.timestamp.type", "LogAppendTime"));
    admin.createTopics(List.of(made)).all().get();
  }

  /** Deletes the records of partition 0 below an offset. */
  public void trim(String topic, long offset) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
  }

  /** Sends a record; where it went. Null is a record without a value. */
  public Future<RecordMetadata> send(String topic, int partition, byte[] value) {
    return producer.send(new ProducerRecord<>(topic, partition, null, value));
  }

  /**
   * Sends records in one transaction; returns when its end, which takes an offset of its own, is in
   * the log.
   *
   * @param commit else the transaction is aborted: what was sent counts as never sent
   */
  public List<RecordMetadata> sendInTransaction(
      String topic, int partition, List<byte[]> values, boolean commit) throws Exception {
    Map<String, Object> client =
        Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "of " + topic);
    List<RecordMetadata> places = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> transactional =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      transactional.initTransactions();
      transactional.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (byte[] value : values) {
        sent.add(transactional.send(new ProducerRecord<>(topic, partition, null, value)));
      }
      for (Future<RecordMetadata> place : sent) {
        places.add(place.get());
      }
      if (commit) {
        transactional.commitTransaction();
      } else {
        transactional.abortTransaction();
      }
    }
    long last = places.get(places.size() - 1).offset();
    while (stableEnd(topic, partition) < last + 2) {
      Thread.onSpinWait();
    }
    return places;
  }

  private long stableEnd(String topic, int partition) throws Exception {
    TopicPartition place = new TopicPartition(topic, partition);
    return admin
        .listOffsets(
            Map.of(place, OffsetSpec.latest()),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(place)
        .get()
        .offset();
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    server.shutdown();
    server.awaitShutdown();
  }
}
