package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingFileTest {

  private static final String MINIMAL =
      """
      event_id { column = id }
      lead_id { column = user }
      event_type { column = what }
      event_time { column = at }
      """;

  @TempDir private Path folder;

  @Test
  void theDefaultsAreCsvWithAHeaderAndIsoTimes() throws IOException {
    Mapping mapping = read(MINIMAL);
    assertThat(mapping.formatOf(Path.of("a.csv.gz"))).isEqualTo(Format.CSV);
    assertThat(mapping.formatOf(Path.of("a.JSONL"))).isEqualTo(Format.JSON_LINES);
    assertThat(mapping.formatOf(Path.of("a.parquet"))).isEqualTo(Format.PARQUET);
    assertThat(mapping.csv()).isEqualTo(new CsvFormat(true, ',', '"'));
    assertThat(mapping.times().pattern()).isEqualTo("iso");
    assertThat(mapping.columns()).containsExactly("id", "user", "what", "at");
    assertThat(mapping.fields()).hasSize(4);
  }

  @Test
  void readsEveryKey() throws IOException {
    Mapping mapping =
        read(
            """
            format = ndjson, time_zone = Europe/Vienna, header = false, separator = "\\t", quote = "'"
            event_id { row = "shop-" }
            lead_id { column = 2 }
            event_type { column = 3, values { 1 = purchase, "a.b" = email_click }, default = web_visit }
            channel { constant = shop }
            page { column = 3, values { x = 10 }, default = "" }
            amount { constant = 0.10, decimal = "," }
            event_time { column = 4, pattern = epoch_millis }
            """);
    assertThat(mapping.format()).contains(Format.JSON_LINES);
    assertThat(mapping.csv()).isEqualTo(new CsvFormat(false, '\t', '\''));
    assertThat(mapping.times().pattern()).isEqualTo("epoch_millis");
    assertThat(mapping.decimal()).isEqualTo(',');
    assertThat(mapping.columns()).containsExactly("2", "3", "4");
    Map<Target, FieldMapping> fields = mapping.fields();
    assertThat(fields.get(Target.EVENT_ID).source()).isEqualTo(new Source.RowNumber("shop-"));
    assertThat(fields.get(Target.AMOUNT).source()).isEqualTo(new Source.Constant("0.10"));
    assertThat(fields.get(Target.EVENT_TYPE))
        .isEqualTo(
            new FieldMapping(
                new Source.Column("3"),
                Optional.of(Map.of("1", "purchase", "a.b", "email_click")),
                Optional.of("web_visit")));
    assertThat(fields.get(Target.PAGE).values()).contains(Map.of("x", "10"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "colour = red | colour is not known",
        "channel { colum = x } | channel.colum is not known",
        "channel { column = x, pattern = iso } | channel.pattern is not known",
        "event_time { pattern = \"yyyy-QQQQQQQ\" } | pattern of event_time",
        "format = xml | xml",
        "time_zone = Mars | time_zone is \"Mars\"",
        "separator = \";;\" | separator is \";;\"",
        "quote = \"\" | quote is \"\"",
        "header = perhaps | header",
        "header = false | event_id.column is \"id\"",
        "page { } | page must have exactly one of",
        "page { column = x, constant = y } | page must have exactly one of",
        "page { constant = x, default = y } | page has values or a default",
        "page = x | page must be an object",
        "page { column = x, values { a.b = c } } | page.values.a must be a text",
        "page { column = [x] } | page.column must be a text",
        "event_type { values { x = refund } } | gives \"refund\"",
        "event_type { default = visit } | gives \"visit\"",
        "event_id = null | event_id is missing",
        "{ | cannot be read"
      })
  void whatIsWrongIsNamed(String line, String message) {
    assertThatThrownBy(() -> read(MINIMAL + line))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(2))
        .hasMessageContaining(message);
  }

  @Test
  void aMappingThatIsNotThereIsAUsageError() {
    assertThatThrownBy(() -> MappingFile.read(folder.resolve("none.conf")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("none.conf");
  }

  private Mapping read(String text) throws IOException {
    return MappingFile.read(Files.writeString(folder.resolve("mapping.conf"), text));
  }
}
