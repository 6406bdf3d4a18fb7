using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Causeway;

/// <summary>
/// The library's help, followed by what a verb wants to teach. A verb's description stays one line, so that the list of verbs reads as a list.
/// </summary>
internal sealed class TeachingHelp(HelpAction inner) : SynchronousCommandLineAction
{
    private static readonly Dictionary<Command, string> _lessons = [];

    /// <summary>Adds to the help of <paramref name="command"/>; returns it.</summary>
    public static Command Teach(Command command, string lesson)
    {
        _lessons[command] = lesson;
        return command;
    }

    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options)
            if (option is HelpOption { Action: HelpAction action }) option.Action = new TeachingHelp(action);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = inner.Invoke(parseResult);
        if (_lessons.TryGetValue(parseResult.CommandResult.Command, out var lesson)) parseResult.InvocationConfiguration.Output.WriteLine(lesson);
        return code;
    }
}
