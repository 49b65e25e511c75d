package dev.anabranch.cli.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * JSON Lines by Jackson. A column is a member of the line's object, or else a path of members with
 * dots between them. Numbers keep their digits; a null is an empty value; an object or an array is
 * its JSON. Blank lines are no rows.
 */
final class JsonLinesRows implements RowReader {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final BufferedReader lines;
  private final List<String> columns;
  private String next;
  private long rows;

  private JsonLinesRows(BufferedReader lines, List<String> columns) throws IOException {
    this.lines = lines;
    this.columns = columns;
    this.next = readLine();
  }

  static JsonLinesRows open(Path file, List<String> columns) throws IOException {
    requireColumns(file, columns);
    BufferedReader lines = Texts.open(file);
    try {
      return new JsonLinesRows(lines, columns);
    } catch (IOException e) {
      lines.close();
      throw e;
    }
  }

  /** Reads on until every column was seen; a column that no row has is an error. */
  private static void requireColumns(Path file, List<String> columns) throws IOException {
    Set<String> unseen = new LinkedHashSet<>(columns);
    Set<String> seen = new LinkedHashSet<>();
    try (BufferedReader lines = Texts.open(file)) {
      boolean any = false;
      String line = lines.readLine();
      for (; line != null && !unseen.isEmpty(); line = lines.readLine()) {
        any |= !line.isBlank();
        JsonNode object = parse(line);
        unseen.removeIf(column -> !member(object, column).isMissingNode());
        object.fieldNames().forEachRemaining(seen::add);
      }
      if (any && !unseen.isEmpty()) {
        throw RowReader.missing(file, List.copyOf(unseen), "its rows have " + seen);
      }
    }
  }

  /** The line's object; a missing node where it is none. */
  private static JsonNode parse(String line) {
    try {
      JsonNode node = MAPPER.readTree(line);
      return node.isObject() ? node : MAPPER.missingNode();
    } catch (JsonProcessingException e) {
      return MAPPER.missingNode();
    }
  }

  private static JsonNode member(JsonNode object, String column) {
    JsonNode whole = object.path(column);
    if (!whole.isMissingNode() || column.indexOf('.') < 0) {
      return whole;
    }
    JsonNode node = object;
    for (String step : column.split("\\.", -1)) {
      node = node.path(step);
    }
    return node;
  }

  private static String text(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return "";
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }

  private String readLine() throws IOException {
    String line = lines.readLine();
    while (line != null && line.isBlank()) {
      line = lines.readLine();
    }
    return line;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Row next() {
    if (next == null) {
      throw new NoSuchElementException("The file has " + rows + " rows");
    }
    JsonNode object = parse(next);
    rows++;
    try {
      next = readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (object.isMissingNode()) {
      return Row.unreadable(rows, "is not one JSON object");
    }
    List<String> values = new ArrayList<>(columns.size());
    columns.forEach(column -> values.add(text(member(object, column))));
    return Row.of(rows, values);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
