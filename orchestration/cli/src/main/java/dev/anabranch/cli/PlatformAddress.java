package dev.anabranch.cli;

/** Where a running platform takes events. */
public record PlatformAddress(String bootstrapServers, String topic) {
  public PlatformAddress {
    if (bootstrapServers.isBlank() || topic.isBlank()) {
      throw new IllegalArgumentException(
          "bootstrap servers \"" + bootstrapServers + "\", topic \"" + topic + "\"");
    }
  }
}
