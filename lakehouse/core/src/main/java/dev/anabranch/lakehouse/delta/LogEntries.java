package dev.anabranch.lakehouse.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * The lines of a commit file in {@code _delta_log}, as the Delta protocol defines them:
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md.
 */
final class LogEntries {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LogEntries() {}

  static Path file(Path table, long version) {
    return commit(new Path(table, "_delta_log"), version);
  }

  /** As {@link #file}, in a folder {@code _delta_log}. */
  static Path commit(Path log, long version) {
    return new Path(log, "%020d.json".formatted(version));
  }

  static Path checkpoint(Path table, long version) {
    return new Path(table, "_delta_log/%020d.checkpoint.parquet".formatted(version));
  }

  static Commit parse(Path table, long version, Iterator<String> lines) {
    List<DataFile> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    Map<String, Long> transactions = new HashMap<>();
    boolean dataChange = false;
    while (lines.hasNext()) {
      JsonNode line = tree(lines.next());
      if (line.has("add")) {
        JsonNode add = line.get("add");
        added.add(dataFile(table, add));
        dataChange |= add.path("dataChange").asBoolean(true);
      } else if (line.has("remove")) {
        JsonNode remove = line.get("remove");
        removed.add(absolute(table, remove.get("path").asText()));
        dataChange |= remove.path("dataChange").asBoolean(true);
      } else if (line.has("txn")) {
        transactions.put(line.at("/txn/appId").asText(), line.at("/txn/version").asLong());
      }
    }
    return new Commit(version, false, added, removed, transactions, dataChange);
  }

  private static DataFile dataFile(Path table, JsonNode add) {
    Map<String, String> partition = new HashMap<>();
    add.path("partitionValues")
        .fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isNull()) {
                partition.put(field.getKey(), field.getValue().asText());
              }
            });
    long rows =
        add.hasNonNull("stats")
            ? tree(add.get("stats").asText()).path("numRecords").asLong(-1)
            : -1;
    return new DataFile(
        absolute(table, add.get("path").asText()),
        add.path("size").asLong(),
        add.path("modificationTime").asLong(),
        partition,
        rows);
  }

  /** Paths in the log are URI-encoded and relative to the table unless they name a scheme. */
  static String absolute(Path table, String encoded) {
    Path path = new Path(URI.create(encoded));
    return (path.isAbsolute() ? path : new Path(table, path)).toString();
  }

  static String commitInfo(String operation, long timestampMillis) {
    ObjectNode info = JSON.createObjectNode();
    info.putObject("commitInfo")
        .put("timestamp", timestampMillis)
        .put("operation", operation)
        .put("engineInfo", "anabranch")
        .putObject("operationParameters");
    return text(info);
  }

  static String protocol() {
    ObjectNode protocol = JSON.createObjectNode();
    protocol.putObject("protocol").put("minReaderVersion", 1).put("minWriterVersion", 2);
    return text(protocol);
  }

  static String metadata(
      String id, String schemaJson, Map<String, String> properties, long createdMillis) {
    ObjectNode metadata = JSON.createObjectNode();
    ObjectNode body = metadata.putObject("metaData");
    body.put("id", id);
    body.putObject("format").put("provider", "parquet").putObject("options");
    body.put("schemaString", schemaJson);
    body.putArray("partitionColumns");
    ObjectNode configuration = body.putObject("configuration");
    properties.forEach(configuration::put);
    body.put("createdTime", createdMillis);
    return text(metadata);
  }

  static String transaction(String application, long version) {
    ObjectNode transaction = JSON.createObjectNode();
    transaction.putObject("txn").put("appId", application).put("version", version);
    return text(transaction);
  }

  static String add(Path table, DataFile file, boolean dataChange) {
    ObjectNode add = JSON.createObjectNode();
    ObjectNode body = add.putObject("add");
    body.put("path", relative(table, file.path()));
    body.putObject("partitionValues");
    body.put("size", file.size());
    body.put("modificationTime", file.modificationTime());
    body.put("dataChange", dataChange);
    if (file.rows() >= 0) {
      body.put("stats", "{\"numRecords\":" + file.rows() + "}");
    }
    return text(add);
  }

  static String remove(Path table, String path, long nowMillis, boolean dataChange) {
    ObjectNode remove = JSON.createObjectNode();
    remove
        .putObject("remove")
        .put("path", relative(table, path))
        .put("deletionTimestamp", nowMillis)
        .put("dataChange", dataChange);
    return text(remove);
  }

  /** The version of the checkpoint that {@code _last_checkpoint} names; -1 where it names none. */
  static long checkpointVersion(String lastCheckpoint) {
    return tree(lastCheckpoint).path("version").asLong(-1);
  }

  private static String relative(Path table, String path) {
    return table.toUri().relativize(new Path(path).toUri()).getRawPath();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A line of a Delta log is not JSON: " + json, e);
    }
  }

  private static String text(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
