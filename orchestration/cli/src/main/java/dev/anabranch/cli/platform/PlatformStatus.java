package dev.anabranch.cli.platform;

import dev.anabranch.cli.PlatformAddress;
import java.util.List;
import java.util.Objects;

/**
 * The platform at one moment.
 *
 * @param state {@code starting}, {@code running} or {@code stopping}
 * @param launcherPid process id of the launcher
 * @param parts in the order in which they are started
 * @param addresses where the platform is reached
 */
public record PlatformStatus(
    String state, long launcherPid, List<PartStatus> parts, Addresses addresses) {

  public PlatformStatus {
    Objects.requireNonNull(state);
    Objects.requireNonNull(addresses);
    parts = List.copyOf(parts);
  }

  /**
   * Where the platform is reached; an empty text where it is not.
   *
   * @param serving base URL of the API, without a slash at the end
   * @param bootstrapServers of Kafka
   * @param topic of the events
   * @param lake URI of the tables' folder
   * @param postgresql JDBC's URL of the database
   */
  public record Addresses(
      String serving, String bootstrapServers, String topic, String lake, String postgresql) {

    public Addresses {
      Objects.requireNonNull(serving);
      Objects.requireNonNull(bootstrapServers);
      Objects.requireNonNull(topic);
      Objects.requireNonNull(lake);
      Objects.requireNonNull(postgresql);
    }

    /** Of a platform without PostgreSQL. */
    public Addresses(String serving, String bootstrapServers, String topic, String lake) {
      this(serving, bootstrapServers, topic, lake, "");
    }

    /** Where events go. */
    public PlatformAddress kafka() {
      return new PlatformAddress(bootstrapServers, topic);
    }

    Addresses withServing(String url) {
      return new Addresses(url, bootstrapServers, topic, lake, postgresql);
    }
  }
}
