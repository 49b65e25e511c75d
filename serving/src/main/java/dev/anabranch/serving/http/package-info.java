/** The HTTP API: what requests ask for, and how answers are written. */
package dev.anabranch.serving.http;
