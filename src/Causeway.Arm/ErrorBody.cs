using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>The three shapes an error has on the wire.</summary>
public enum ErrorForm
{
    /// <summary><c>{"error":{"code","message"}}</c>: the front door, and Microsoft.Peering from 2020-04-01.</summary>
    Plain,

    /// <summary>With <c>"details": []</c> always: Microsoft.Network.</summary>
    WithDetails,

    /// <summary><c>{"code","message"}</c>: Microsoft.Peering's previews.</summary>
    Bare,
}

/// <summary>Writes a refusal as ARM's error body.</summary>
public static class ErrorBody
{
    public static void Write(Utf8JsonWriter writer, Refusal refusal, ErrorForm form)
    {
        if (form == ErrorForm.Bare)
        {
            Error(writer, refusal, form);
            return;
        }
        writer.WriteStartObject();
        writer.WritePropertyName("error"u8);
        Error(writer, refusal, form);
        writer.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter writer, Refusal refusal, ErrorForm form)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, refusal.Code);
        writer.WriteString("message"u8, refusal.Message);
        if (refusal.Target is not null)
            writer.WriteString("target"u8, refusal.Target);
        if (refusal.Details.Count > 0 || form == ErrorForm.WithDetails)
        {
            writer.WriteStartArray("details"u8);
            foreach (Refusal detail in refusal.Details)
                Error(writer, detail, ErrorForm.Plain);
            writer.WriteEndArray();
        }
        if (refusal.AdditionalInfo.Count > 0)
        {
            writer.WriteStartArray("additionalInfo"u8);
            foreach (AdditionalInfo info in refusal.AdditionalInfo)
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, info.Type);
                writer.WritePropertyName("info"u8);
                writer.WriteRawValue(info.Json);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
