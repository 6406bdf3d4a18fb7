using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Models;

/// <summary>One model as <c>/v1/models</c> shows it.</summary>
/// <param name="Id">The name that callers ask for.</param>
/// <param name="Created">Seconds since the Unix epoch.</param>
/// <param name="OwnedBy">The owner, for people.</param>
public readonly record struct ListedModel(string Id, long Created, string OwnedBy);

/// <summary>Writes the answers of <c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
public static class ModelListJson
{
    /// <summary>Writes <c>{"object":"list","data":[...]}</c>.</summary>
    public static void WriteList(IBufferWriter<byte> output, IReadOnlyList<ListedModel> models)
    {
        using var json = new Utf8JsonWriter(output, WireJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var model in models) Write(json, model);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes <c>{"id":..,"object":"model","created":..,"owned_by":..}</c>.</summary>
    public static void WriteModel(IBufferWriter<byte> output, ListedModel model)
    {
        using var json = new Utf8JsonWriter(output, WireJson.WriterOptions);
        Write(json, model);
    }

    private static void Write(Utf8JsonWriter json, ListedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, model.Created);
        json.WriteString("owned_by"u8, model.OwnedBy);
        json.WriteEndObject();
    }
}
