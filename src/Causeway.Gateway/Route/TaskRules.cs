using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Route;

/// <summary>What a request was taken to be for, and by which rule.</summary>
/// <param name="Reason">A word of docs/reference/routing.md.</param>
/// <param name="Problem">Set when the caller named a task that does not exist.</param>
internal readonly record struct TaskVerdict(TaskKind Kind, string Reason, WireError? Problem = null)
{
    public string Word => TaskRules.WordOf(Kind);
}

/// <summary>Decides the task of a request: what the caller says, else the first rule that holds. No model, no weights: anybody can foresee it.</summary>
internal static class TaskRules
{
    public const string Header = "x-causeway-task";

    public static TaskVerdict Judge(StringValues said, RouteQuestion question) => said is [{ } word, ..] ? Named(word) : FromContent(question.Facts);

    public static string WordOf(TaskKind kind) => kind switch
    {
        TaskKind.Agent => "agent",
        TaskKind.Code => "code",
        _ => "chat",
    };

    private static TaskVerdict Named(string word) => word switch
    {
        "chat" => new(TaskKind.Chat, "header"),
        "code" => new(TaskKind.Code, "header"),
        "agent" => new(TaskKind.Agent, "header"),
        _ => new(TaskKind.Chat, "header", ErrorCodes.UnknownTask.Error($"The header {Header} must be chat, code or agent.")),
    };

    private static TaskVerdict FromContent(RequestFacts facts)
    {
        if (facts.HasToolMessages) return new(TaskKind.Agent, "tool-messages");
        if (facts.OffersTools) return new(TaskKind.Agent, "tools");
        return facts.CodeSign switch
        {
            CodeSign.Fence => new(TaskKind.Code, "code-fence"),
            CodeSign.Diff => new(TaskKind.Code, "diff"),
            CodeSign.File => new(TaskKind.Code, "file"),
            CodeSign.Trace => new(TaskKind.Code, "trace"),
            _ => new(TaskKind.Chat, "default"),
        };
    }
}
