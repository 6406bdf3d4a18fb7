using System.Collections.Immutable;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Route;

/// <summary>
/// What a route's conditions and draws may ask of one request. Made only for requests that meet a condition or a draw, and reads the body a
/// second time only when one of them needs to.
/// </summary>
internal sealed class RouteQuestion(Guid id, KeyPlan? key, IHeaderDictionary headers, ReadOnlyMemory<byte> body, string? user)
{
    public const string ConversationHeader = "x-causeway-conversation";

    private RequestFacts? _facts;
    private TaskVerdict? _task;

    public RequestFacts Facts => _facts ??= RequestFacts.Read(body.Span);

    /// <summary>Null as long as no condition asked for it.</summary>
    public TaskVerdict? KnownTask => _task;

    /// <summary>The caller named a task that does not exist.</summary>
    public WireError? Problem => _task?.Problem;

    public bool Meets(MatchConditions conditions) =>
        (conditions.Keys.IsEmpty || (key is not null && conditions.Keys.Contains(key.Name)))
        && HasHeaders(conditions.Headers)
        && HasMetadata(conditions.Metadata)
        && (conditions.Tasks.IsEmpty || conditions.Tasks.Contains(Task().Kind));

    public TaskVerdict Task() => _task ??= TaskRules.Judge(headers[TaskRules.Header], this);

    /// <summary>What a draw sticks to: where it comes from, and its value.</summary>
    public (string Source, string Value) Identity(StickyBy sticky) => sticky switch
    {
        StickyBy.None => OfRequest,
        StickyBy.User => OfUser(),
        _ => OfConversation(),
    };

    private (string, string) OfRequest => ("request", id.ToString());

    private (string, string) OfUser()
    {
        if (Facts.SafetyIdentifier is { } safety) return ("safety_identifier", safety);
        if (user is { Length: > 0 }) return ("user", user);
        return key is not null ? ("key", key.Name) : OfConversation();
    }

    private (string, string) OfConversation()
    {
        if (headers[ConversationHeader] is [{ Length: > 0 and <= RequestFacts.MaxText } named, ..]) return ("header", named);
        if (Facts.PromptCacheKey is { } cacheKey) return ("prompt_cache_key", cacheKey);
        return Facts.Opening is { } opening ? ("opening", opening) : OfRequest;
    }

    private bool HasHeaders(ImmutableArray<ValueCondition> conditions)
    {
        foreach (var condition in conditions)
            if (!HasHeader(condition)) return false;
        return true;
    }

    private bool HasHeader(ValueCondition condition)
    {
        foreach (var value in headers[condition.Name])
            if (value is not null && condition.Values.Contains(value)) return true;
        return false;
    }

    private bool HasMetadata(ImmutableArray<ValueCondition> conditions)
    {
        foreach (var condition in conditions)
            if (!Facts.Metadata.Any(member => member.Key == condition.Name && condition.Values.Contains(member.Value))) return false;
        return true;
    }
}
