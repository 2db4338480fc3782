// go run render.go CHART VALUES.json: renders the templates of a Helm chart with Go's own template engine and the few
// functions of Helm that ours uses, as the release "canary". Values are JSON; toYaml writes JSON, which is YAML too.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"text/template"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) map[string]any {
	content, err := os.ReadFile(path)
	must(err)
	values := map[string]any{}
	must(json.Unmarshal(content, &values))
	return values
}

func main() {
	chart := os.Args[1]
	given := read(os.Args[2])
	root := template.New("chart").Option("missingkey=error")
	root.Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out bytes.Buffer
			err := root.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"nindent": func(spaces int, text string) string {
			margin := "\n" + strings.Repeat(" ", spaces)
			return margin + strings.ReplaceAll(text, "\n", margin)
		},
		"toYaml": func(value any) (string, error) {
			content, err := json.Marshal(value)
			return string(content), err
		},
		"quote": func(value any) (string, error) {
			content, err := json.Marshal(fmt.Sprint(value))
			return string(content), err
		},
		"default": func(fallback, value any) any {
			if value == nil || reflect.ValueOf(value).IsZero() {
				return fallback
			}
			return value
		},
		"join": func(separator string, list []any) string {
			words := []string{}
			for _, word := range list {
				words = append(words, fmt.Sprint(word))
			}
			return strings.Join(words, separator)
		},
		"kindIs": func(kind string, value any) bool { return reflect.TypeOf(value).Kind().String() == kind },
	})
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	must(err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		must(err)
		_, err = root.New(filepath.Base(file)).Parse(string(content))
		must(err)
	}
	data := map[string]any{
		"Values":  given["values"],
		"Chart":   given["chart"],
		"Release": map[string]any{"Name": "canary", "Service": "Helm"},
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".tpl") {
			continue
		}
		fmt.Println("---")
		must(root.ExecuteTemplate(os.Stdout, filepath.Base(file), data))
	}
}
