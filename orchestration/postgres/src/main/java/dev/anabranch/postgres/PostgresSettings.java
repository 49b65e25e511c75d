package dev.anabranch.postgres;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the launcher decides about the server: keys {@code folder} and {@code port} of a Java
 * properties file in UTF-8.
 *
 * @param folder absolute folder of the server's data; created when it is not there
 * @param port on 127.0.0.1, 1 to 65535
 */
record PostgresSettings(Path folder, int port) {

  PostgresSettings {
    if (!folder.isAbsolute()) {
      throw new IllegalArgumentException("folder is not absolute: " + folder);
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + ", not 1 to 65535");
    }
  }

  /**
   * Reads a settings file.
   *
   * @throws IllegalArgumentException a key is missing or its value does not fit
   */
  static PostgresSettings read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    String port = text(properties, "port");
    try {
      return new PostgresSettings(Path.of(text(properties, "folder")), Integer.parseInt(port));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("port is not a whole number: " + port, e);
    }
  }

  /** The server's programs, which are unpacked at the first start. */
  Path programs() {
    return folder.resolveSibling(folder.getFileName() + "-programs");
  }

  /** The database's address. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
  }

  private static String text(Properties properties, String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("PostgreSQL's settings have no key " + key);
    }
    return value;
  }
}
