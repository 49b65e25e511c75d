package dev.anabranch.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the launcher decides about the broker: keys {@code folder}, {@code port}, {@code
 * controller_port}, {@code topic}, {@code partitions} and {@code warm_up_topic} of a Java
 * properties file in UTF-8.
 *
 * @param folder absolute folder of the broker's data; created when it is not there
 * @param port clients' port on 127.0.0.1, 1 to 65535
 * @param controllerPort the controller's port on 127.0.0.1, 1 to 65535, another one than {@code
 *     port}
 * @param topic the topic of the events
 * @param partitions number of partitions of the topic when it is new, at least 1
 * @param warmUpTopic a topic of sample records, another one than {@code topic}
 */
record BrokerSettings(
    Path folder, int port, int controllerPort, String topic, int partitions, String warmUpTopic) {

  BrokerSettings {
    if (!folder.isAbsolute()) {
      throw new IllegalArgumentException("folder is not absolute: " + folder);
    }
    requirePort("port", port);
    requirePort("controller_port", controllerPort);
    if (port == controllerPort) {
      throw new IllegalArgumentException("port and controller_port are both " + port);
    }
    if (topic.isBlank()) {
      throw new IllegalArgumentException("topic is empty");
    }
    if (warmUpTopic.isBlank() || warmUpTopic.equals(topic)) {
      throw new IllegalArgumentException(
          "warm_up_topic is '%s', it must be another one than '%s'".formatted(warmUpTopic, topic));
    }
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions is " + partitions + ", at least 1 is needed");
    }
  }

  /**
   * Reads a settings file.
   *
   * @throws IllegalArgumentException a key is missing or its value does not fit
   */
  static BrokerSettings read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new BrokerSettings(
        Path.of(text(properties, "folder")),
        number(properties, "port"),
        number(properties, "controller_port"),
        text(properties, "topic"),
        number(properties, "partitions"),
        text(properties, "warm_up_topic"));
  }

  /** The address that clients connect to first. */
  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  private static String text(Properties properties, String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("The broker's settings have no key " + key);
    }
    return value;
  }

  private static int number(Properties properties, String key) {
    String value = text(properties, key);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is not a whole number: " + value, e);
    }
  }

  private static void requirePort(String name, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(name + " is " + port + ", not 1 to 65535");
    }
  }
}
