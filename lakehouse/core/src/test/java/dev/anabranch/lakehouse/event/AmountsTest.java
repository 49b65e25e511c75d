package dev.anabranch.lakehouse.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "-0.00, 0",
    "0.000000, 0",
    "1, 100",
    "129.90, 12990",
    "129.9, 12990",
    "12.500, 1250",
    "0.01, 1",
    "9999999999999999.99, 999999999999999999",
    "9999999999999999.99000000000000, 999999999999999999",
    "0009999999999999999.99, 999999999999999999"
  })
  void readsPlainDecimals(String text, long cents) {
    assertThat(Amounts.centsOfText(text)).isEqualTo(cents);
    assertThat(Amounts.centsOf(text)).isEqualTo(cents);
  }

  @ParameterizedTest
  @CsvSource({
    "1e2, 10000",
    "1E+2, 10000",
    "1e-2, 1",
    "100e-4, 1",
    "0.0001e2, 1",
    "1.29e1, 1290",
    "12345e-2, 12345",
    "0e99999999999, 0",
    "0.000e-99999999999999999999999999, 0",
    "-0e5, 0",
    "9.99999999999999999e15, 999999999999999999",
    "1e15, 100000000000000000"
  })
  void readsExponentsOfNumbersByValue(String number, long cents) {
    assertThat(Amounts.centsOf(number)).isEqualTo(cents);
    assertThat(Amounts.centsOfText(number)).isEqualTo(Amounts.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0.01",
        "0.001",
        "12.505",
        "1e-3",
        "10000000000000000",
        "1e16",
        "10e15",
        "9999999999999999.999",
        "9999999999999999.991",
        "1e999999999",
        "1e-999999999",
        "1e99999999999999999999999999",
        "-1e99",
        "123456789012345678901"
      })
  void refusesWhatIsNoAmountByValue(String number) {
    assertThat(Amounts.centsOf(number)).isEqualTo(Amounts.INVALID);
    assertThat(Amounts.centsOfText(number)).isEqualTo(Amounts.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1,5", "1_0", "--1", "1.2.3", "1e", "0x1",
        "١", "１", "1.٢", "NaN", "1\n", "-.5", "1.-5", "12 .5"
      })
  void refusesTextsOutsideOfTheGrammar(String text) {
    assertThat(Amounts.centsOfText(text)).isEqualTo(Amounts.INVALID);
  }

  @Test
  void lengthDoesNotMatter() {
    String zeros = "0".repeat(30_000);
    assertThat(Amounts.centsOfText(zeros + "7.5" + zeros)).isEqualTo(750);
    assertThat(Amounts.centsOfText("0." + zeros + "1")).isEqualTo(Amounts.INVALID);
    assertThat(Amounts.centsOf("1" + "0".repeat(990) + "e-990")).isEqualTo(100);
    assertThat(Amounts.centsOf("0." + "0".repeat(900) + "1e901")).isEqualTo(100);
  }

  @Property
  void agreesWithBigDecimal(
      @ForAll @LongRange(min = 0) long digits,
      @ForAll @IntRange(min = -25, max = 25) int exponent) {
    BigDecimal value = new BigDecimal(digits + "e" + exponent);
    boolean valid =
        value.compareTo(new BigDecimal("1e16")) < 0
            && value.multiply(BigDecimal.valueOf(100)).stripTrailingZeros().scale() <= 0;
    long expected = valid ? value.movePointRight(2).longValueExact() : Amounts.INVALID;
    assertThat(Amounts.centsOf(digits + "e" + exponent)).isEqualTo(expected);
    assertThat(Amounts.centsOfText(value.toPlainString())).isEqualTo(expected);
  }

  @Property
  void formatsBackToTheSameCents(
      @ForAll @LongRange(min = 0, max = 999_999_999_999_999_999L) long c) {
    assertThat(Amounts.format(c)).matches("[0-9]+\\.[0-9]{2}");
    assertThat(Amounts.centsOfText(Amounts.format(c))).isEqualTo(c);
  }
}
