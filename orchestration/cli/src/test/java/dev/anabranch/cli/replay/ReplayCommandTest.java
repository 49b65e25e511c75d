package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.CommandLines;
import dev.anabranch.cli.replay.MappedRow.Unmapped;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage, exit codes and the report; what rows become is tested beside the mapper. */
class ReplayCommandTest {

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "user,at\nu,2024-01-04\n");
    Files.writeString(
        folder.resolve("good.conf"),
        """
        event_id { row = "r-" }
        lead_id { column = user }
        event_type { constant = web_visit }
        event_time { column = at }
        """);
    Files.writeString(
        folder.resolve("column.conf"),
        """
        event_id { row = "r-" }
        lead_id { column = who }
        event_type { constant = web_visit }
        event_time { column = at }
        """);
    Files.writeString(folder.resolve("bad.conf"), "lead { column = user }");
  }

  @ParameterizedTest
  @CsvSource({
    "rows.csv good.conf, 3, No platform runs on",
    "rows.csv good.conf --order time --rate 10, 3, No platform runs on",
    "none.csv good.conf, 2, none.csv",
    "rows.csv none.conf, 2, none.conf",
    "rows.csv bad.conf, 2, lead is not known",
    "rows.csv column.conf, 2, no column who",
    "rows.csv good.conf --order random, 2, --order",
    "rows.csv good.conf --rate -1, 2, --rate is -1"
  })
  void usageIsCheckedBeforeThePlatform(String arguments, int exitCode, String message) {
    String[] words = arguments.split(" ");
    String[] line = new String[words.length + 3];
    line[0] = folder.resolve(words[0]).toString();
    line[1] = "--mapping";
    line[2] = folder.resolve(words[1]).toString();
    line[3] = "--data";
    line[4] = folder.resolve("none").toString();
    System.arraycopy(words, 2, line, 5, words.length - 2);
    CommandLines result = CommandLines.run(new ReplayCommand(Replays.NOW), line);
    assertThat(result.err()).contains(message);
    assertThat(result.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void theReportIsReadableAndStable() throws IOException {
    UnmappedRows unmapped = new UnmappedRows();
    for (int row = 1; row <= 5; row++) {
      unmapped.add(new Unmapped(row, "event_type: value 'x' is not listed", "x\n"));
    }
    unmapped.add(new Unmapped(9, "amount: is empty", ""));
    ReplayReport report = new ReplayReport(10, 4, unmapped, Optional.of(Path.of("l")), 1.25);
    JsonNode json = new ObjectMapper().readTree(print(report, true));
    assertThat(json.toString())
        .isEqualTo(
            "{\"rows\":10,\"sent\":4,\"unmapped_rows\":6,\"unmapped\":{\"amount: is empty\":1,"
                + "\"event_type: value 'x' is not listed\":5},\"examples\":{\"amount: is empty\":"
                + "[\"row 9\"],\"event_type: value 'x' is not listed\":[\"row 1: x?\",\"row 2: x?\","
                + "\"row 3: x?\"]},\"ledger\":\"l\",\"seconds\":1.25}");
    assertThat(print(report, false))
        .contains("Read 10 rows and sent 4 events")
        .contains("5  event_type: value 'x' is not listed (row 1: x?; row 2: x?; row 3: x?)");
  }

  private static String print(ReplayReport report, boolean json) {
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text), json);
    return text.toString();
  }
}
