package main

import (
	"staffelstab/server/api"
)

type openapiCommand struct{}

// Run prints the OpenAPI document. It needs no data folder.
func (openapiCommand) Run(env *environment) error {
	document, err := api.New(api.Services{Catalogue: env.catalogue, Version: version}).OpenAPI()
	if err != nil {
		return err
	}
	_, err = env.out.Write(append(document, '\n'))
	return err
}
