package dev.anabranch.cli.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The document of {@code status --json}, which is also {@code run/platform.json}. */
public final class StatusJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusJson() {}

  /** The document on one line. */
  public static String write(PlatformStatus status) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("state", status.state());
    ArrayNode parts = root.putArray("parts");
    status.parts().forEach(part -> writePart(parts.addObject(), part));
    Addresses addresses = status.addresses();
    if (addresses.serving().isEmpty()) {
      root.putNull("serving");
    } else {
      root.putObject("serving").put("url", addresses.serving());
    }
    if (addresses.bootstrapServers().isEmpty()) {
      root.putNull("kafka");
    } else {
      root.putObject("kafka")
          .put("bootstrap_servers", addresses.bootstrapServers())
          .put("topic", addresses.topic());
    }
    root.putObject("lake").put("uri", addresses.lake());
    if (addresses.postgresql().isEmpty()) {
      root.putNull("postgresql");
    } else {
      root.putObject("postgresql").put("url", addresses.postgresql());
    }
    root.put("launcher_pid", status.launcherPid());
    return root.toString();
  }

  private static void writePart(ObjectNode node, PartStatus part) {
    node.put("name", part.name());
    if (part.pid() == 0) {
      node.putNull("pid");
    } else {
      node.put("pid", part.pid());
    }
    node.put("state", part.state().text());
    node.put("restarts", part.restarts());
    node.put("since", part.since().toString());
    if (part.detail().isEmpty()) {
      node.putNull("detail");
    } else {
      node.put("detail", part.detail());
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException it is another document
   */
  public static PlatformStatus read(String json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      List<PartStatus> parts = new ArrayList<>();
      for (JsonNode part : root.required("parts")) {
        parts.add(readPart(part));
      }
      JsonNode kafka = root.path("kafka");
      return new PlatformStatus(
          root.required("state").asText(),
          root.required("launcher_pid").asLong(),
          parts,
          new Addresses(
              root.path("serving").path("url").asText(""),
              kafka.path("bootstrap_servers").asText(""),
              kafka.path("topic").asText(""),
              root.path("lake").path("uri").asText(""),
              root.path("postgresql").path("url").asText("")));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not a status document: " + e.getOriginalMessage(), e);
    }
  }

  private static PartStatus readPart(JsonNode part) {
    return new PartStatus(
        part.required("name").asText(),
        part.path("pid").asLong(0),
        PartState.parse(part.required("state").asText()),
        part.required("restarts").asInt(),
        Instant.parse(part.required("since").asText()),
        part.path("detail").isTextual() ? part.path("detail").asText() : "");
  }
}
