/** Views: defined once, aggregated as tiles, merged by one algebra. */
package dev.anabranch.lakehouse.view;
