using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>A JSON text with one thing changed: a part left out, put there twice, or another value in its place.</summary>
internal static class Mutation
{
    public static string Of(string text, string other, Random random)
    {
        if (JsonNode.Parse(text) is not { } root) return other;
        var places = new List<JsonNode>();
        Collect(root, places);
        var at = places[random.Next(places.Count)];
        if (ReferenceEquals(at, root) && root is JsonValue) return other;
        switch (at)
        {
            case JsonObject { Count: > 0 } members:
                var name = members.ElementAt(random.Next(members.Count)).Key;
                if (random.Next(2) == 0) members.Remove(name);
                else members[name] = JsonNode.Parse(other);
                break;
            case JsonObject members: members["a"] = JsonNode.Parse(other); break;
            case JsonArray { Count: > 0 } items when random.Next(3) == 0: items.RemoveAt(random.Next(items.Count)); break;
            case JsonArray { Count: > 0 } items when random.Next(2) == 0: items.Add(items[0]?.DeepClone()); break;
            case JsonArray items: items.Add(JsonNode.Parse(other)); break;
            default: at.ReplaceWith(JsonNode.Parse(other)); break;
        }
        return root.ToJsonString(new JsonSerializerOptions { MaxDepth = 256 });
    }

    private static void Collect(JsonNode node, List<JsonNode> into)
    {
        into.Add(node);
        var below = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (var next in below)
            if (next is not null) Collect(next, into);
    }
}
