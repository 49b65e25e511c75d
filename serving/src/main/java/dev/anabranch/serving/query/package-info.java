/** Questions to a snapshot: windows, leads, and pages of both. */
package dev.anabranch.serving.query;
